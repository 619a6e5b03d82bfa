import { build } from './build.mjs';
import { explain } from './console.mjs';
import { install } from './install.mjs';

/** Builds, then runs `main(args)` of a built module with this process's arguments; ends with the exit code that it gives. */
export async function runApp(modulePath) {
  let exitCode = 1;
  try {
    await install();
    await build();
    const { main } = await import(modulePath);
    exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stdout.write(`${explain(error)}\n`);
  }
  process.exit(exitCode);
}
