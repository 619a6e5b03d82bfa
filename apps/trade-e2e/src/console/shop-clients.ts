import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessageListener, MessagingHealth, MessagingModule, Publisher, type ReceivedMessage } from '@trade/messaging';
import { eventually } from '@trade/testing';

export interface ShopClients {
  publisher: Publisher;
  close(): Promise<void>;
}

/** A publisher and a listener, as the services have them. `handle` throws to have the message again. */
export async function startClients(
  endpoint: string,
  subscription: { topic: string; group: string },
  handle: (message: ReceivedMessage) => void,
): Promise<ShopClients> {
  class Listener {
    async onMessage(message: ReceivedMessage): Promise<void> {
      handle(message);
    }
  }
  const method = Object.getOwnPropertyDescriptor(Listener.prototype, 'onMessage') as PropertyDescriptor;
  MessageListener({ ...subscription, maxAttempts: 2 })(Listener.prototype, 'onMessage', method);

  class Service {}
  const messaging = MessagingModule.forRoot({
    endpoint,
    drainTimeoutMs: 1000,
    checkTransaction: async () => 'UNKNOWN',
  });
  Module({ imports: [messaging], providers: [Listener] })(Service);

  const app = await NestFactory.createApplicationContext(Service, { logger: ['error'] });
  await eventually(() => app.get(MessagingHealth).ready);
  return { publisher: app.get(Publisher), close: () => app.close() };
}
