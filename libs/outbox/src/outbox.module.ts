import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { Outbox } from './outbox.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox-options.js';
import { Relay } from './relay.js';

export interface OutboxAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  useFactory: (...dependencies: never[]) => OutboxOptions | Promise<OutboxOptions>;
}

/** Global: import it once, beside MessagingModule and TypeOrmModule, in the application's root module. */
@Module({})
export class OutboxModule {
  static forRoot(options: OutboxOptions): DynamicModule {
    return moduleWith({ provide: OUTBOX_OPTIONS, useValue: options });
  }

  static forRootAsync({ imports, inject, useFactory }: OutboxAsyncOptions): DynamicModule {
    return moduleWith({ provide: OUTBOX_OPTIONS, inject, useFactory }, imports);
  }
}

function moduleWith(
  options: NonNullable<ModuleMetadata['providers']>[number],
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  return { module: OutboxModule, global: true, imports, providers: [options, Relay, Outbox], exports: [Outbox] };
}
