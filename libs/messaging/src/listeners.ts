import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { Listener } from './listener.js';
import type { ReceivedMessage } from './message.js';
import { MESSAGE_LISTENER, type MessageListenerOptions } from './message-listener.decorator.js';
import { MessagingError } from './messaging-error.js';
import { DEFAULT_DRAIN_TIMEOUT_MS, MESSAGING_OPTIONS, type MessagingOptions } from './messaging-options.js';

type Provider = Record<string, (message: ReceivedMessage) => Promise<unknown>>;

/** Finds the methods marked @MessageListener, starts them with the application and drains them when it stops. */
@Injectable()
export class Listeners implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private listeners: Listener[] = [];

  constructor(
    @Inject(MESSAGING_OPTIONS) private readonly options: MessagingOptions,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  get all(): readonly Listener[] {
    return this.listeners;
  }

  /** Before anything connects: what is refused here must leave nothing running. */
  onModuleInit(): void {
    if (this.options.registerListeners === false) return;
    this.listeners = this.find();
    refuseSharedGroups(this.listeners);
  }

  onApplicationBootstrap(): void {
    for (const listener of this.listeners) listener.start();
  }

  /** Before anything that a listener may use is taken down. */
  async onModuleDestroy(): Promise<void> {
    const drainTimeoutMs = this.options.drainTimeoutMs ?? DEFAULT_DRAIN_TIMEOUT_MS;
    await Promise.all(this.listeners.map((listener) => listener.stop(drainTimeoutMs)));
  }

  private find(): Listener[] {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()].flatMap((wrapper) => {
      const prototype = wrapper.metatype?.prototype ?? null;
      if (!prototype) return [];
      return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
        const listens = Reflect.getMetadata(MESSAGE_LISTENER, prototype[method]) as MessageListenerOptions | undefined;
        if (!listens) return [];
        const name = `${wrapper.name}.${method}`;
        const instance = wrapper.instance as Provider | undefined;
        const handle = instance?.[method];
        if (!handle || !wrapper.isDependencyTreeStatic()) {
          throw new MessagingError(`${name} is a message listener in a request-scoped provider`, { retriable: false });
        }
        return [new Listener(name, listens, this.options, (message) => handle.call(instance, message))];
      });
    });
  }
}

/** Members of a group must have equal subscriptions: otherwise each gets messages that only the other wants. */
function refuseSharedGroups(listeners: Listener[]): void {
  const byGroup = new Map<string, Listener>();
  for (const listener of listeners) {
    const other = byGroup.get(listener.group);
    if (other) {
      throw new MessagingError(
        `${other.name} and ${listener.name} share the group ${listener.group}: give each its own`,
        {
          retriable: false,
        },
      );
    }
    byGroup.set(listener.group, listener);
  }
}
