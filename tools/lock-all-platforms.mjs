/**
 * Completes package-lock.json: `node tools/lock-all-platforms.mjs [--check]`.
 *
 * Native packages come as one optional package a platform. npm leaves those out of the lock file whose metadata the
 * registry at hand does not serve, and then `npm ci` refuses that lock file on every machine. The version is the one
 * that the parent package pins; the platform is in the name.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explain, UserError } from './console.mjs';
import { root } from './paths.mjs';

const OS = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  openharmony: 'openharmony',
  win32: 'win32',
};
const CPU = {
  arm64: 'arm64',
  arm: 'arm',
  x64: 'x64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
};
const LIBC = { gnu: 'glibc', musl: 'musl' };

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));

try {
  const missing = missingOptionalPackages(lock.packages);
  if (process.argv.includes('--check')) {
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(', ');
      throw new UserError(`package-lock.json lacks ${names}: run node tools/lock-all-platforms.mjs`);
    }
  } else if (missing.length > 0) {
    for (const entry of missing) lock.packages[`node_modules/${entry.name}`] = lockEntry(entry);
    const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
    writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
    process.stdout.write(`added to package-lock.json: ${missing.map(({ name }) => name).join(', ')}\n`);
  }
} catch (error) {
  process.stdout.write(`${explain(error)}\n`);
  process.exitCode = 1;
}

function missingOptionalPackages(packages) {
  return Object.entries(packages).flatMap(([parentPath, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, parentPath, name))
      .map(([name, version]) => ({ name, version, dev: parent.dev, parentPath })),
  );
}

/** Looks where Node would: beside the parent, then in every folder above. */
function isLocked(packages, parentPath, name) {
  for (let folder = parentPath; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder && '/'}node_modules/${name}`]) return true;
    if (!folder) return false;
    if (!folder.includes('/node_modules/')) folder = '';
  }
}

/** Without its platform, every machine would fetch it. Without a checksum: nobody here has seen the package. */
function lockEntry({ name, version, dev, parentPath }) {
  const words = name.split('-');
  const os = words.map((word) => OS[word]).find(Boolean);
  const cpu = words.map((word) => CPU[word]).find(Boolean);
  const libc = words.map((word) => LIBC[word]).find(Boolean);
  if (!os || !/^\d+\.\d+\.\d+/.test(version))
    throw new UserError(`${parentPath}: cannot tell what ${name}@${version} is for`);
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev: true }),
    ...(libc && os === 'linux' && { libc: [libc] }),
    optional: true,
    os: [os],
  };
}
