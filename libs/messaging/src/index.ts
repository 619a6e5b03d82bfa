export { Inbox } from './inbox.js';
export type { ListenerFigures } from './listener.js';
export type { MessageContract, OutgoingMessage, ReceivedMessage, SendReceipt } from './message.js';
export { MessageListener, type MessageListenerOptions } from './message-listener.decorator.js';
export { MessagingError, UnrecoverableMessageError } from './messaging-error.js';
export { MessagingHealth } from './messaging-health.js';
export { MessagingModule, type MessagingAsyncOptions } from './messaging.module.js';
export type { MessageContext, MessagingOptions, TransactionState } from './messaging-options.js';
export { messageOf, Publisher, type PublishOptions } from './publisher.js';
