import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { ArmRequest } from '@trade/contracts';
import { ShopError } from '../shop-error.js';
import { armFault, FAULTS } from './faults.js';

/** Reached only where faults are allowed: elsewhere nobody serves its contract. */
@Controller()
export class FaultsGrpc {
  @GrpcMethod('FaultService', 'Arm')
  arm({ step, fault }: ArmRequest): object {
    const known = FAULTS.find((each) => each === fault);
    if (!known) throw new ShopError('SHOP_REQUEST_PARAMETER_INVALID', `fault: must be one of ${FAULTS.join(', ')}`);
    armFault(step, known);
    return {};
  }
}
