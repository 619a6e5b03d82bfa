import { SqlFilter } from '../broker/sql-filter/sql-filter.js';
import { TagFilter } from '../broker/tag-filter.js';
import type { MessageFilter } from '../broker/delivery.js';
import type { StoredRecord } from '../store/record.js';
import { messageCodec, systemPropertiesCodec, toMs, type FilterExpression } from './wire.js';

const SQL = 2;

/** Throws BrokerError ILLEGAL_FILTER_EXPRESSION. */
export function filterOf(expression: FilterExpression | null | undefined): MessageFilter {
  if (expression?.type === SQL) return new SqlFilter(expression.expression, propertyReader);
  return new TagFilter(expression?.expression ?? '');
}

/** Reads properties by the names that RocketMQ gives them; decodes no more than the expression asks for. */
function propertyReader(record: StoredRecord): (name: string) => string | undefined {
  let user: Record<string, string> | undefined;
  return (name) => {
    if (Object.hasOwn(SYSTEM_PROPERTIES, name)) return SYSTEM_PROPERTIES[name]?.(record) || undefined;
    user ??= messageCodec.decode(record.payload).userProperties;
    return Object.hasOwn(user, name) ? user[name] : undefined;
  };
}

const system = ({ systemProperties }: StoredRecord) => systemPropertiesCodec.decode(systemProperties);

const SYSTEM_PROPERTIES: Record<string, (record: StoredRecord) => string> = {
  TAGS: (record) => record.tag,
  KEYS: (record) => system(record).keys.join(' '),
  UNIQ_KEY: (record) => system(record).messageId,
  __SHARDINGKEY: (record) => record.messageGroup,
  __BORNHOST: (record) => system(record).bornHost,
  BORN_TIMESTAMP: (record) => {
    const { bornTimestamp } = system(record);
    return bornTimestamp ? String(toMs(bornTimestamp)) : '';
  },
};
