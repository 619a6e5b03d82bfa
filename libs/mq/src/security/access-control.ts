import { statSync } from 'node:fs';
import { BrokerError, Code } from '../broker/code.js';
import type { Log } from '../broker/log.js';
import { AccessFileError, readAccessFile, type AccessRules, type User } from './access-file.js';
import type { Permission } from './grants.js';
import { isSignedWith, parseAuthorization } from './signature.js';

/** One permission of this list on this topic or group. */
export interface Need {
  readonly kind: 'Topic' | 'Group';
  readonly name: string;
  readonly anyOf: readonly Permission[];
}

interface Verified {
  authorization: string;
  dateTime: string;
  user: User;
  rules: AccessRules;
}

/** Topics that belong to a consumer group: who may read for the group may read them. */
const TOPIC_OF_GROUP = /^%(?:DLQ|RETRY)%(.+)$/;

/** Who may do what, from a file that is read again when it changes. */
export class AccessControl {
  #rules: AccessRules;
  /** Of the file as it was before it was read, so that a change while it is read counts as one. */
  #version: string;
  readonly #timer: NodeJS.Timeout;
  /** Clients sign once a second and connection, not once a call. */
  readonly #verified = new WeakMap<object, Verified>();

  /** Throws AccessFileError. */
  constructor(
    private readonly path: string,
    private readonly log: Log,
    lookForChangesEveryMs = 2000,
  ) {
    this.#version = versionOf(path);
    this.#rules = readAccessFile(path);
    this.#timer = setInterval(() => this.#readIfChanged(), lookForChangesEveryMs).unref();
  }

  /** A file with a mistake changes nothing, so that nobody is locked out, or let in, by half an edit. */
  #readIfChanged(): void {
    const version = versionOf(this.path);
    if (version === this.#version) return;
    this.#version = version;
    try {
      this.#rules = readAccessFile(this.path);
      this.log('info', 'access_file_read', { path: this.path, users: this.#rules.users.size });
    } catch (error) {
      if (!(error instanceof AccessFileError)) throw error;
      this.log('error', 'access_file_refused', { error: error.message });
    }
  }

  /** Who signed a call that came over this connection. Throws BrokerError UNAUTHORIZED. */
  authenticate(authorization: string | undefined, dateTime: string | undefined, connection: object): User {
    const rules = this.#rules;
    if (authorization === undefined) {
      if (!rules.anonymous) throw unauthorized('username cannot be null.');
      return rules.anonymous;
    }
    const known = this.#verified.get(connection);
    if (known?.authorization === authorization && known.dateTime === dateTime && known.rules === rules)
      return known.user;
    const signedBy = parseAuthorization(authorization);
    if (!signedBy) throw unauthorized('username cannot be null.');
    const user = rules.users.get(signedBy.accessKey);
    if (user?.secretKey === undefined) throw unauthorized(`User:${signedBy.accessKey} is not found.`);
    if (dateTime === undefined || !isSignedWith(user.secretKey, dateTime, signedBy.signature))
      throw unauthorized('check signature failed.');
    this.#verified.set(connection, { authorization, dateTime, user, rules });
    return user;
  }

  /** Throws BrokerError UNAUTHORIZED when one of the needs is not met. */
  authorize(user: User, needs: readonly Need[], remoteAddress: string): void {
    if (user.admin) return;
    for (const { kind, name, anyOf } of needs) {
      const group = kind === 'Group' ? name : TOPIC_OF_GROUP.exec(name)?.[1];
      const granted = group === undefined ? user.topics.of(name) : user.groups.of(group);
      if (granted && anyOf.some((permission) => granted.includes(permission))) continue;
      const reason = granted ? 'the decision is deny.' : 'no matched policies.';
      throw unauthorized(
        `User:${user.name} has no permission to access ${kind}:${name} from ${remoteAddress}, ${reason}`,
      );
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** A string that differs after every change. A file that is gone, or out of reach, has one too. */
function versionOf(path: string): string {
  try {
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join();
  } catch (error) {
    return String(error);
  }
}

function unauthorized(message: string): BrokerError {
  return new BrokerError(Code.UNAUTHORIZED, message);
}
