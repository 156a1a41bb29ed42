// Takes the place of the native module `@vscode/native-watchdog`, which needs a C++ compiler to install: an extension
// host ends when the server that started it is gone. The native one watches from a thread of its own and so also ends
// a host whose event loop hangs; here a hung host is ended by the test's time limit.
const EVERY_MS = 1000;
const PARENT_GONE = 87;

exports.start = (pid) => {
  setInterval(() => {
    try {
      process.kill(pid, 0);
    } catch {
      process.exit(PARENT_GONE);
    }
  }, EVERY_MS).unref();
};
exports.exit = (code) => process.exit(code ?? 0);
