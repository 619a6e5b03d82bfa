import * as fs from 'node:fs';
import { join } from 'node:path';
import { temporaryDir } from '../../test/temporary-dir.js';
import { ProgressLog } from './progress-log.js';
import type { HeldMessage, ProgressEvents } from './progress-replay.js';

const dir = temporaryDir();

/** State of one queue of one group, as the broker would keep it. */
class State implements ProgressEvents {
  cursor = new Map<string, number>();
  held = new Map<string, HeldMessage>();
  advance(group: string, topic: string, queueId: number, offset: number): void {
    this.cursor.set(`${group}/${topic}/${queueId}`, offset);
  }
  hold(group: string, topic: string, queueId: number, message: HeldMessage): void {
    this.held.set(`${group}/${topic}/${queueId}/${message.offset}`, { ...message });
  }
  done(group: string, topic: string, queueId: number, offset: number): void {
    this.held.delete(`${group}/${topic}/${queueId}/${offset}`);
  }
  writeTo(events: ProgressEvents): void {
    for (const [key, offset] of this.cursor) events.advance(...split(key), offset);
    for (const [key, message] of this.held) events.hold(...split(key), message);
  }
}

function split(key: string): [string, string, number] {
  const [group, topic, queueId] = key.split('/') as [string, string, string];
  return [group, topic, Number(queueId)];
}

function open(state: State, compactBytes = 1 << 20): ProgressLog {
  const onError = (error: unknown) => {
    throw error;
  };
  return ProgressLog.open({ dir: dir(), syncMs: 50, compactBytes, onError }, state, (events) => state.writeTo(events));
}

const message = (offset: number): HeldMessage => ({
  offset,
  attempts: 2,
  renewals: 1,
  visibleAtMs: 1_700_000_000_123,
  autoRenew: true,
  clientId: 'host@1',
});

describe('progress log', () => {
  it('gives back after a restart what each group has consumed', async () => {
    const state = new State();
    const log = open(state);
    for (const events of [state, log]) {
      events.advance('g', 't', 0, 3);
      for (const offset of [0, 1, 2]) events.hold('g', 't', 0, message(offset));
      events.done('g', 't', 0, 1);
      events.advance('other', 't', 7, 2 ** 40);
    }
    await log.written();
    const restored = new State();
    await log.close();
    await open(restored).close();
    expect(restored).toEqual(state);
    expect(restored.held.get('g/t/0/2')).toEqual(message(2));
  });

  it('keeps what was written when the last write was cut off anywhere by a crash', async () => {
    const state = new State();
    const log = open(state);
    log.advance('g', 't', 0, 1);
    await log.written();
    const path = join(dir(), fs.readdirSync(dir())[0] as string);
    const before = fs.statSync(path).size;
    log.advance('g', 't', 0, 2);
    await log.written();
    await log.close();
    const whole = fs.readFileSync(path);
    for (let bytes = before; bytes < whole.length; bytes++) {
      fs.rmSync(dir(), { recursive: true });
      fs.mkdirSync(dir());
      fs.writeFileSync(path, whole.subarray(0, bytes));
      const restored = new State();
      await open(restored).close();
      expect(restored.cursor.get('g/t/0')).toBe(1);
    }
  });

  it('forgets what came after a damaged byte, so that messages come again, and says so', async () => {
    const log = open(new State());
    for (const offset of [1, 2, 3]) {
      log.advance('g', 't', 0, offset);
      await log.written();
    }
    await log.close();
    const path = join(dir(), fs.readdirSync(dir())[0] as string);
    const clean = fs.readFileSync(path);
    const second = clean.length - 2 * 21;
    for (let at = second; at < second + 21; at++) {
      const damaged = Buffer.from(clean);
      damaged[at] = (damaged[at] as number) ^ 1;
      fs.rmSync(dir(), { recursive: true });
      fs.mkdirSync(dir());
      fs.writeFileSync(path, damaged);
      const restored = new State();
      const cut: number[] = [];
      await ProgressLog.open(
        {
          dir: dir(),
          syncMs: 50,
          compactBytes: 1 << 20,
          onError: () => undefined,
          onCut: (_path, bytes) => cut.push(bytes),
        },
        restored,
        () => undefined,
      ).close();
      expect(restored.cursor.get('g/t/0')).toBe(1);
      expect(cut).toEqual([2 * 21]);
    }
  });

  it('is replaced by a snapshot when it has grown, and nothing is lost', async () => {
    const state = new State();
    const log = open(state, 2000);
    for (let offset = 0; offset < 1000; offset++) {
      for (const events of [state, log]) {
        events.hold('g', 't', 0, message(offset));
        if (offset % 10 > 0) events.done('g', 't', 0, offset);
        events.advance('g', 't', 0, offset + 1);
      }
      if (offset % 5 === 0) await log.written();
    }
    await log.close();
    expect(fs.readdirSync(dir())).toHaveLength(1);
    const restored = new State();
    await open(restored).close();
    expect(restored).toEqual(state);
  });

  it('refuses a file of an unknown version', async () => {
    await open(new State()).close();
    const path = join(dir(), fs.readdirSync(dir())[0] as string);
    const bytes = fs.readFileSync(path);
    bytes.writeUInt32LE(7, 8);
    fs.writeFileSync(path, bytes);
    expect(() => open(new State())).toThrow(/has format/);
  });
});
