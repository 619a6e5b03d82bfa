import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ForgetOldMessagesJob } from './forget-old-messages.job.js';
import { Inbox } from './inbox.js';
import { Listeners } from './listeners.js';
import { MessagingHealth } from './messaging-health.js';
import { MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.js';
import { Publisher } from './publisher.js';

/** Options that come from a provider, as Nest's modules take them. */
export interface MessagingAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  /** Called with what `inject` names. */
  useFactory: (...dependencies: never[]) => MessagingOptions | Promise<MessagingOptions>;
}

const inbox: FactoryProvider<Inbox> = {
  provide: Inbox,
  inject: [MESSAGING_OPTIONS, { token: DataSource, optional: true }],
  useFactory: ({ context, transactions }: MessagingOptions, dataSource?: DataSource) =>
    new Inbox(dataSource, transactions, context?.duplicate),
};

const forgetOldMessages: FactoryProvider<ForgetOldMessagesJob> = {
  provide: ForgetOldMessagesJob,
  inject: [MESSAGING_OPTIONS, { token: DataSource, optional: true }],
  useFactory: ({ inboxKeepHours }: MessagingOptions, dataSource?: DataSource) =>
    new ForgetOldMessagesJob(dataSource, inboxKeepHours),
};

/** Global: import it once, in the application's root module. */
@Module({})
export class MessagingModule {
  /** The module with fixed options. @throws {MessagingError} when the application starts and `endpoint` is not host:port */
  static forRoot(options: MessagingOptions): DynamicModule {
    return moduleWith({ provide: MESSAGING_OPTIONS, useValue: options });
  }

  /** The module with options that another provider has. */
  static forRootAsync({ imports, inject, useFactory }: MessagingAsyncOptions): DynamicModule {
    return moduleWith({ provide: MESSAGING_OPTIONS, inject, useFactory }, imports);
  }
}

function moduleWith(
  options: NonNullable<ModuleMetadata['providers']>[number],
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  return {
    module: MessagingModule,
    global: true,
    imports: [DiscoveryModule, ...imports],
    providers: [options, Publisher, Listeners, MessagingHealth, inbox, forgetOldMessages],
    exports: [Publisher, MessagingHealth, Inbox],
  };
}
