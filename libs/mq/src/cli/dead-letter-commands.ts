import { pathOf } from './admin-client.js';
import { UsageError, type Command } from './command.js';
import { messageTable } from './message-commands.js';
import * as options from './options.js';

interface Resent {
  resent: number;
  alreadyResent: number;
  failed: { offset: number; reason: string }[];
}

const dlqList: Command = {
  name: 'dlqList',
  summary: 'Lists the dead letters of a group, newest first.',
  options: { group: options.group, limit: options.limit },
  async run(admin, given) {
    const path = pathOf('groups', given.required('group'), 'dead-letters');
    const json = await admin.get<Parameters<typeof messageTable>[0]>(path, { limit: given.integer('limit') });
    return { json, text: messageTable(json) };
  },
};

const dlqResend: Command = {
  name: 'dlqResend',
  summary: 'Sends dead letters of a group to their topic again, one or all; other groups of the topic get them too.',
  options: {
    group: options.group,
    msgId: { short: 'i', value: 'id', help: 'the dead letter with this message id' },
    all: { help: 'all of the group' },
  },
  async run(admin, given) {
    const messageId = given.text('msgId');
    if ((messageId === undefined) !== given.switch('all'))
      throw new UsageError('dlqResend needs either --msgId or --all');
    const path = pathOf('groups', given.required('group'), 'dead-letters', 'resend');
    const body = messageId === undefined ? { all: true } : { messageId };
    const json = await admin.post<Resent>(path, body);
    const { resent, alreadyResent, failed } = json;
    const failures = failed.map(({ offset, reason }) => `offset ${offset}: ${reason}\n`).join('');
    return { json, text: `sent ${resent} again, ${alreadyResent} were already, ${failed.length} failed\n${failures}` };
  },
};

export const deadLetterCommands: readonly Command[] = [dlqList, dlqResend];
