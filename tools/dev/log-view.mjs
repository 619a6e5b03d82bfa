import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { styleText } from 'node:util';
import { isChatter, parseLine, readableLine } from './log-line.mjs';

const LOOK_EVERY_MS = 100;
const COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow', 'cyanBright', 'magentaBright'];

/**
 * Shows what is added to log files, each line behind the name of its process. The files are read, and not the processes'
 * output: they stay the whole truth, and nobody's output breaks when this process ends.
 */
export class LogView {
  #logDir;
  #colours;
  #write;
  #followed = [];
  #widest = 0;
  #timer = setInterval(() => this.#show(), LOOK_EVERY_MS);

  constructor({
    logDir,
    colours = process.stdout.isTTY && process.stdout.hasColors(),
    write = (text) => process.stdout.write(text),
  }) {
    this.#logDir = logDir;
    this.#colours = colours;
    this.#write = write;
  }

  /** From here on: what earlier runs left in the file is not shown. */
  follow(name) {
    const path = join(this.#logDir, `${name}.log`);
    const position = existsSync(path) ? statSync(path).size : 0;
    const colour = COLOURS[this.#followed.length % COLOURS.length];
    this.#followed.push({ name, path, position, colour, decoder: new StringDecoder(), begun: '', time: '' });
    this.#widest = Math.max(this.#widest, name.length);
  }

  close() {
    clearInterval(this.#timer);
    this.#show();
  }

  /** What all of them wrote since the last look, in the order of its times. */
  #show() {
    const lines = this.#followed.flatMap((file) => this.#newLines(file));
    lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    for (const { text } of lines) this.#write(`${text}\n`);
  }

  #newLines(file) {
    const lines = (file.begun + newText(file)).split('\n');
    file.begun = lines.pop();
    const prefix = this.#prefix(file);
    return lines.flatMap((line) => {
      const entry = parseLine(line);
      if (!entry) return [{ time: file.time, text: `${prefix} ${line}` }];
      if (isChatter(entry)) return [];
      file.time = String(entry.time);
      return [{ time: file.time, text: readableLine(prefix, entry, { colours: this.#colours }) }];
    });
  }

  #prefix({ name, colour }) {
    const text = `${name.padEnd(this.#widest)} │`;
    return this.#colours ? styleText(colour, text, { validateStream: false }) : text;
  }
}

function newText(file) {
  if (!existsSync(file.path)) return '';
  const descriptor = openSync(file.path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    if (size < file.position) file.position = 0; // somebody emptied it
    const bytes = Buffer.alloc(size - file.position);
    file.position += readSync(descriptor, bytes, 0, bytes.length, file.position);
    return file.decoder.write(bytes);
  } finally {
    closeSync(descriptor);
  }
}
