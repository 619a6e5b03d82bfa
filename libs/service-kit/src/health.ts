import { Controller, Get, HttpCode, HttpException, Injectable } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Open } from './auth/rest-door.js';
import { WithoutEnvelope } from './http/envelope.js';

const DATABASE_CHECK_TIMEOUT_MS = 2_000;

/**
 * Whether this process can take work. The database decides; the broker does not, since messages wait in the outbox
 * while it is away, but its state is shown.
 */
@Injectable()
export class Health {
  private readonly details = new Map<string, () => unknown>();
  private draining = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Adds a line to the readiness answer. */
  show(name: string, read: () => unknown): void {
    this.details.set(name, read);
  }

  /** From here on the process answers "not ready": it finishes what it has and takes nothing new. */
  startDraining(): void {
    this.draining = true;
  }

  async state(): Promise<{ ready: boolean; checks: Record<string, unknown> }> {
    const database = await this.databaseAnswers();
    const checks: Record<string, unknown> = { database, draining: this.draining };
    for (const [name, read] of this.details) checks[name] = read();
    return { ready: database && !this.draining, checks };
  }

  private async databaseAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), DATABASE_CHECK_TIMEOUT_MS);
    });
    const answer = this.dataSource.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const answered = await Promise.race([answer, timeout]);
    clearTimeout(timer);
    return answered;
  }
}

class Liveness {
  @ApiProperty({ example: 'ok' })
  status!: string;
}

class Readiness extends Liveness {
  @ApiProperty({ type: 'object', additionalProperties: true, example: { database: true, draining: false } })
  checks!: Record<string, unknown>;
}

@ApiTags('health')
@Controller('health')
@WithoutEnvelope()
export class HealthController {
  constructor(private readonly health: Health) {}

  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: Liveness })
  @Get('live')
  @Open({ limit: 'none' })
  live(): Liveness {
    return { status: 'ok' };
  }

  @ApiOperation({ summary: 'Whether it can take work' })
  @ApiOkResponse({ type: Readiness })
  @ApiServiceUnavailableResponse({ type: Readiness, description: 'not ready: the database is away, or it is stopping' })
  @Get('ready')
  @Open({ limit: 'none' })
  @HttpCode(200)
  async ready(): Promise<Readiness> {
    const { ready, checks } = await this.health.state();
    if (!ready) throw new HttpException({ status: 'not ready', checks }, 503);
    return { status: 'ok', checks };
  }
}
