// The command line: the same Analysis as in the editor, printed for people, scripts and code scanning.
// This file is the process: it runs one command and leaves with its status.
// Deliberately absent: any arithmetic of memory, and any answer that the editor would not give.

import { EXIT } from './exit-codes.ts';
import { headroom } from './headroom.ts';
import { processTerminal } from './terminal.ts';

// `headroom … | head` closes our output early; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** The status is set rather than forced, so that everything printed is written before the process ends. */
async function main(): Promise<void> {
  process.exitCode = await headroom(process.argv.slice(2), processTerminal());
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = EXIT.broken;
});
