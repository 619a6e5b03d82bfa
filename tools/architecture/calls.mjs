import { readRpcs, readServices, readTopics } from './service-sources.mjs';
import { mermaid, table } from './sections.mjs';

/** Who calls whom at once (solid) and by a message (dotted). */
export async function drawCalls() {
  const calls = grpcCalls();
  const { topics, sent, heard } = await traffic();
  return mermaid([
    'flowchart LR',
    '  people([people]) -->|REST| order_service',
    '  people -->|REST| pay_service',
    '  platform([payment platform]) -->|callback| pay_service',
    ...readServices().map(({ name }) => `  ${idOf(name)}[${name}]`),
    ...topics.map(({ name, type }) => `  ${name}[/"${name} (${type})"/]`),
    ...calls.map(({ from, to, rpcs }) => `  ${idOf(from)} -->|"${rpcs.join(', ')}"| ${idOf(to)}`),
    ...merged(sent, 'service', 'topic').map(([from, to, tags]) => `  ${idOf(from)} -.->|"${tags}"| ${to}`),
    ...merged(heard, 'topic', 'service').map(([from, to, tags]) => `  ${from} -.->|"${tags}"| ${idOf(to)}`),
  ]);
}

/** The same calls as a table. */
export function drawServices() {
  return table(
    ['caller', 'calls', 'rpcs'],
    grpcCalls().map(({ from, to, rpcs }) => [from, to, rpcs.map((rpc) => `\`${rpc}\``).join(', ')]),
  );
}

/** Every message: who sends it, and who consumes it in which group. */
export async function drawMessages() {
  const { messages } = await readTopics();
  const { sent, heard } = await traffic();
  return table(
    ['topic', 'tag', 'sent by', 'consumed by', 'group'],
    Object.values(messages).flatMap(({ topic, tag }) => {
      const senders = sent.filter((found) => found.tag === tag).map(({ service }) => service);
      const consumers = heard.filter((found) => found.tag === tag);
      const row = (service, group) => [topic, `\`${tag}\``, senders.join(', '), service, group];
      return consumers.length === 0
        ? [row('nobody yet', '–')]
        : consumers.map(({ service, group }) => row(service, `\`${group}\``));
    }),
  );
}

/** `connect(grpcServices.goods` in a service is a caller, and each rpc of that contract whose method it calls is a call. */
function grpcCalls() {
  return readServices().flatMap(({ name, text }) =>
    [...text.matchAll(/connect\(grpcServices\.(\w+)/g)].map(([, contract]) => ({
      from: name,
      to: `${contract}-service`,
      rpcs: readRpcs(contract).filter((rpc) => text.includes(`.${rpc[0].toLowerCase()}${rpc.slice(1)}(`)),
    })),
  );
}

/** Who sends and who hears which message. */
async function traffic() {
  const { messages, consumerGroups, topics } = await readTopics();
  const sent = [];
  const heard = [];
  for (const { name: service, text } of readServices()) {
    for (const [message, { topic, tag }] of Object.entries(messages)) {
      if (text.includes(`add(messages.${message},`)) sent.push({ service, topic, tag });
      const listener = new RegExp(`\\.\\.\\.messages\\.${message}, group: consumerGroups\\.(\\w+)`, 'g');
      for (const [, group] of text.matchAll(listener))
        heard.push({ service, topic, tag, group: consumerGroups[group] });
    }
  }
  return { topics, sent, heard };
}

/** One arrow for all tags that go the same way. */
function merged(found, from, to) {
  const ways = new Map();
  for (const each of found) {
    const key = `${each[from]} ${each[to]}`;
    ways.set(key, [...(ways.get(key) ?? []), each.tag]);
  }
  return [...ways].map(([key, tags]) => [...key.split(' '), [...new Set(tags)].join(', ')]);
}

function idOf(service) {
  return service.replaceAll('-', '_');
}
