import { brokerCommands } from './broker-commands.js';
import { clientCommands } from './client-commands.js';
import type { Command } from './command.js';
import { deadLetterCommands } from './dead-letter-commands.js';
import { groupCommands } from './group-commands.js';
import { messageCommands } from './message-commands.js';
import { topicCommands } from './topic-commands.js';

export const commands: readonly Command[] = [
  ...brokerCommands,
  ...topicCommands,
  ...groupCommands,
  ...clientCommands,
  ...messageCommands,
  ...deadLetterCommands,
];
