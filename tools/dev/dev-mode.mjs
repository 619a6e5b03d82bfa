import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { forgetBuild, isSource } from '../build.mjs';
import { compiledPath, compileSource, isCompiled } from '../compile-source.mjs';
import { say } from '../console.mjs';
import { root } from '../paths.mjs';
import { LogView } from './log-view.mjs';
import { appsThatUse, packageOf, readPackages, sourceName } from './packages.mjs';

/** Editors write several files at a time, and some write one twice. */
const SETTLE_MS = 50;

/** What `npm run dev` adds to `npm start`: the logs on the terminal, and a restart of whatever uses a source that changed. */
export class DevMode {
  #supervisor;
  #logs;
  #parts;
  #packages = readPackages();
  #watcher = null;
  /** Sources that changed and are not running yet. */
  #changed = new Set();
  #timer = null;
  #working = false;

  constructor({ supervisor, logDir }) {
    this.#supervisor = supervisor;
    this.#logs = new LogView({ logDir });
  }

  /** Shows the log of a process that is about to start. */
  show(name) {
    this.#logs.follow(name);
  }

  /** @param parts the processes, each with the app that it runs */
  async watch(parts) {
    this.#parts = parts;
    this.#watcher = watch(
      this.#packages.map(({ path }) => path),
      { ignored: (path, stats) => path.startsWith(root) && !isWatched(path, stats), ignoreInitial: true },
    );
    for (const event of ['add', 'change', 'unlink']) this.#watcher.on(event, (path) => this.#note(path));
    this.#watcher.on('error', (error) => say(`cannot watch the sources: ${error.message}`));
    await new Promise((resolve) => this.#watcher.once('ready', resolve));
    say('watching apps/ and libs/: what you change is compiled, and restarted where it is used');
  }

  async close() {
    clearTimeout(this.#timer);
    await this.#watcher?.close();
    this.#logs.close();
  }

  #note(path) {
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#work(), SETTLE_MS);
  }

  /** One round at a time; what changes meanwhile is the next one. */
  async #work() {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#changed.size > 0 && (await this.#apply([...this.#changed])));
    } finally {
      this.#working = false;
    }
  }

  /** false when it has to wait for the next change, because a source is not right. */
  async #apply(paths) {
    const startedAtMs = Date.now();
    this.#changed.clear();
    forgetBuild();
    for (const path of paths) {
      try {
        await this.#compile(path);
      } catch (error) {
        say(`${path} does not compile; what runs is left as it is\n${error.message}`);
        // compiled again with the next change: then all of them take effect together
        for (const each of paths) this.#changed.add(each);
        return false;
      }
    }
    const apps = new Set(paths.flatMap((path) => appsThatUse(this.#packages, packageOf(this.#packages, path))));
    const parts = this.#parts.filter(({ app }) => apps.has(app));
    const what = paths.map((path) => basename(path)).join(', ');
    if (parts.length === 0) return true;
    await Promise.all(parts.map(({ name }) => this.#restart(name, what, startedAtMs)));
    return true;
  }

  async #compile(path) {
    const home = packageOf(this.#packages, path);
    const name = sourceName(home, path);
    if (name === null || !isCompiled(name)) return;
    if (existsSync(path)) return compileSource(home.path, name);
    for (const suffix of ['', '.map']) rmSync(`${compiledPath(home.path, name)}${suffix}`, { force: true });
  }

  async #restart(name, what, startedAtMs) {
    const isReady = await this.#supervisor.restart(name);
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    say(isReady ? `${name} runs with the new ${what} (${seconds} s)` : `${name} does not start with the new ${what}`);
  }
}

function isWatched(path, stats) {
  return isSource(basename(path)) && !(stats?.isFile() && path.endsWith('.md'));
}
