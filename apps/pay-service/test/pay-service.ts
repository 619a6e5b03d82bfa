import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { commonSettings, httpAdapter, loadConfig, useHttpConventions } from '@trade/service-kit';
import { paySettings } from '../src/config.js';
import { PayModule } from '../src/pay.module.js';

/** Nothing listens on port 1: what is not given is away. */
const NOBODY = '127.0.0.1:1';

export interface Answer {
  status: number;
  retryAfter: string | null;
  body: {
    success: boolean;
    code: string;
    message: string;
    data: Record<string, unknown> & { payId: string };
    errors?: { field: string }[];
  };
}

/** pay-service with its HTTP door, in this process. */
export class PayService {
  private constructor(
    readonly app: NestFastifyApplication,
    private readonly url: string,
  ) {}

  static async start(settings: { DATABASE_URL: string } & NodeJS.ProcessEnv): Promise<PayService> {
    const config = loadConfig(
      { ...commonSettings, ...paySettings },
      { ORDER_GRPC_ADDRESS: NOBODY, ROCKETMQ_ENDPOINT: NOBODY, ...settings },
    );
    const app = await NestFactory.create<NestFastifyApplication>(PayModule.forRoot(config), httpAdapter(), {
      bodyParser: false,
      logger: false,
      abortOnError: false,
    });
    useHttpConventions(app);
    try {
      await app.listen(0, '127.0.0.1');
    } catch (error) {
      await app.close();
      throw error;
    }
    return new PayService(app, await app.getUrl());
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await fetch(`${this.url}${path}`));
  }

  /** A body that is text goes out as it is. */
  async post(path: string, body: object | string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return answerOf(response);
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}
