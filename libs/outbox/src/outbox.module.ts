import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import { Outbox } from './outbox.js';
import { OUTBOX_OPTIONS, type OutboxOptions } from './outbox-options.js';
import { Relay } from './relay.js';

/** Options that come from a provider, as Nest's modules take them. */
export interface OutboxAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  inject?: FactoryProvider['inject'];
  /** Called with what `inject` names. */
  useFactory: (...dependencies: never[]) => OutboxOptions | Promise<OutboxOptions>;
}

/** Global: import it once, beside MessagingModule and TypeOrmModule, in the application's root module. */
@Module({})
export class OutboxModule {
  /** The module with fixed options. */
  static forRoot(options: OutboxOptions): DynamicModule {
    return moduleWith({ provide: OUTBOX_OPTIONS, useValue: options });
  }

  /** The module with options that another provider has. */
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
