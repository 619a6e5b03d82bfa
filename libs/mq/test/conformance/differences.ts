/** Which broker the suite runs on. */
export type Engine = 'builtIn' | 'apache';

export const ENGINE: Engine = process.env['ROCKETMQ_ENDPOINT'] ? 'apache' : 'builtIn';

/**
 * What Apache RocketMQ 5.5 does in another way, and why this broker does not follow it. Everything that is not in this table
 * is asserted to be the same on both.
 */
const DIFFERENCES = {
  batchAnswer: {
    builtIn: (ids: string[]) => ids,
    apache: (ids: string[]) => [ids.join(',')],
    why: 'A batch is one message to it, answered with one entry for all. Here there is one entry a message, as the protocol says.',
  },
  unknownTopicOfASend: {
    builtIn: 40402,
    apache: 40014,
    why: 'It compares types before it looks whether there is such a topic. TOPIC_NOT_FOUND says what is wrong.',
  },
  portOfARoute: {
    builtIn: () => 9999,
    apache: (endpoint: string) => Number(endpoint.split(':')[1]),
    why: 'It puts its own port into the address that the client dialled. Behind a port mapping that is the wrong one.',
  },
  assignmentOfOrderlyGroups: {
    builtIn: [-1],
    apache: [0, 1, 2],
    why: 'It names each queue to orderly groups, although each poll then takes from all of them. One poll is enough.',
  },
  bytesThatAreNoRequest: {
    builtIn: 40000,
    apache: 2,
    why: 'Its gRPC library ends the call with UNKNOWN before the proxy sees it. Here it is BAD_REQUEST, as any other bad request.',
  },
  pollOfASecondMs: {
    builtIn: 1000,
    apache: 5000,
    why: 'It lets no poll be shorter than 5 s. Here a poll is as short as it says: tests and shutdowns are quicker.',
  },
  afterAGoodbyeMs: {
    builtIn: 2500,
    apache: 10_000,
    why: 'What a client that says goodbye had not done comes again after a second, and its store brings messages back in steps.',
  },
  afterAKillMs: {
    builtIn: 4000,
    apache: 200_000,
    why: 'It takes a push consumer for alive until two minutes after its last heartbeat. Here its broken connection counts.',
  },
  pauseOfZeroMs: {
    builtIn: 300,
    apache: 10_000,
    why: 'Its store brings messages back in steps of a second or more. Here a pause is as long as it says, and zero is at once.',
  },
  ackWithAReplacedHandle: {
    builtIn: 40013,
    apache: 20000,
    why: 'It accepts the handle from before a change of the invisible time. Here only the newest counts.',
  },
  garbageAsAHandle: {
    builtIn: 40013,
    apache: 50001,
    why: 'It takes what it cannot read for a failure of its own. INVALID_RECEIPT_HANDLE makes clients stop asking.',
  },
  groupsBehindAStuckOne: {
    builtIn: ['b1'],
    apache: [] as string[],
    why: 'It locks a queue while a message of it is unfinished, so all its message groups wait. Here each waits for its own only.',
  },
  earliestDelayedMs: {
    builtIn: 0,
    apache: -1000,
    why: 'Its timer goes in steps of a second, and a message may come with the step before.',
  },
  latestDelayedMs: {
    builtIn: 100,
    apache: 3000,
    why: 'Its timer goes in steps of a second.',
  },
  firstCheckMs: {
    builtIn: 1500,
    apache: 40_000,
    why: 'It looks for open transactions every 30 s. Here that time can be set, and the suite does.',
  },
  typeOfACommittedMessage: {
    builtIn: 1,
    apache: 4,
    why: 'It leaves the type TRANSACTION to a message that was committed. Here it is then a normal message.',
  },
  originOfADeadLetter: {
    builtIn: (topic: string, messageId: string) => ({ topic, messageId }),
    apache: () => undefined,
    why: 'It leaves the field empty that the protocol has for the topic and the id of a dead letter.',
  },
  decimalAgainstInteger: {
    builtIn: ['full'],
    apache: [] as string[],
    why: "Its SQL filter wants an integer where a property is compared with one: '20.5' > 20 has no answer. Here it is true.",
  },
  wordAgainstNumber: {
    builtIn: ['cheap', 'full', 'wordy'],
    apache: ['cheap', 'full'],
    why: 'Its SQL filter gives up on a message where a word is compared with a number. Here that comparison alone has no answer.',
  },
  notAndComparison: {
    builtIn: ['cheap'],
    apache: [] as string[],
    why: "Its SQL filter reads NOT a = 'b' as (NOT a) = 'b'. Here it is NOT (a = 'b'), as in SQL; parentheses help on both.",
  },
  wrongSql: {
    builtIn: 40010,
    apache: 50001,
    why: 'Its proxy hands a wrong SQL filter on and takes the refusal for a failure of its own.',
  },
};

type Values = { [Name in keyof typeof DIFFERENCES]: (typeof DIFFERENCES)[Name][Engine] };
const TABLE: { [Name in keyof Values]: Record<Engine, Values[Name]> } = DIFFERENCES;

/** What the broker under test is known to do. */
export function differs<Name extends keyof Values>(name: Name): Values[Name] {
  return TABLE[name][ENGINE];
}
