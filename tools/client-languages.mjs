/** The clients that `test-clients.mjs` runs: what each needs, how it is built into a folder, and the command that runs it. */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findProgram, output, run } from './command.mjs';
import { root } from './paths.mjs';

const sources = join(root, 'libs/mq/test/clients');

/** `out`: the folder that it was built into; `home`: where a run keeps its logs; `lacks`: what the client itself cannot do. */
export const LANGUAGES = {
  java: {
    version: () => versionIn('java/pom.xml', /<rocketmq\.version>(.+)<\/rocketmq\.version>/),
    missing: () => missingPrograms('java', 'javac', 'mvn'),
    build: (out, signal) =>
      run(
        'java: building',
        'mvn',
        ['-q', '-B', '-Dstyle.color=never', '-f', join(sources, 'java/pom.xml'), `-Dout=${out}`, 'package'],
        {
          signal,
        },
      ),
    command: (out, home) => [
      'java',
      `-Duser.home=${home}`,
      '-cp',
      [join(out, 'classes'), join(out, 'lib/*')].join(delimiter),
      'Scenarios',
    ],
  },
  go: {
    version: () => versionIn('go/go.mod', /rocketmq-clients\/golang\/v5 v(\S+)/),
    missing: () => missingPrograms('go'),
    build: (out, signal) =>
      run('go: building', 'go', ['build', '-o', join(out, 'scenarios'), '.'], { cwd: join(sources, 'go'), signal }),
    command: (out) => [join(out, 'scenarios')],
    lacks: { 'fifo-retry': 'this client goes on with a message group while a failed message of it waits' },
  },
  python: {
    version: () => versionIn('python/requirements.txt', /rocketmq-python-client==(\S+)/),
    missing: () => {
      const missing = missingPrograms('python3');
      if (missing.length > 0) return missing;
      return output('python3', ['-c', 'import ensurepip, venv']) === null ? ['the venv module of python3'] : [];
    },
    build: async (out, signal) => {
      const python = join(out, 'bin/python');
      if (!existsSync(python)) await run('python: new environment', 'python3', ['-m', 'venv', out], { signal });
      const requirements = join(sources, 'python/requirements.txt');
      const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', requirements];
      await run('python: installing', python, install, { signal });
    },
    command: (out) => [join(out, 'bin/python'), join(sources, 'python/scenarios.py')],
  },
};

function missingPrograms(...names) {
  return names.filter((name) => !findProgram(name));
}

function versionIn(manifest, pattern) {
  return readFileSync(join(sources, manifest), 'utf8').match(pattern)[1];
}
