// Takes the place of the native module `@vscode/spdlog`, which needs a C++ compiler to install: log files, and the
// output channels that are read back from them, work on a machine that has none. Deliberately absent: rotation
// (a test's logs are thrown away) and colour patterns (the server clears its formatters before it writes).
const fs = require('node:fs');
const path = require('node:path');

const OFF = 6;
const WORDS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
let floor = 0;

class Logger {
  #file;
  #level = 2;
  #bare = false;

  constructor(_kind, _name, file) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }

  #write(level, message) {
    if (level < Math.max(this.#level, floor) || this.#level === OFF) return;
    const head = this.#bare ? '' : `${new Date().toISOString()} [${WORDS[level]}] `;
    try {
      fs.appendFileSync(this.#file, this.#bare ? message : `${head}${message}\n`);
    } catch {
      // The log folder is removed while the server stops: the last lines have nowhere to go.
    }
  }

  trace(message) {
    this.#write(0, message);
  }
  debug(message) {
    this.#write(1, message);
  }
  info(message) {
    this.#write(2, message);
  }
  warn(message) {
    this.#write(3, message);
  }
  error(message) {
    this.#write(4, message);
  }
  critical(message) {
    this.#write(5, message);
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#bare = true;
  }
  flush() {}
  drop() {}
}

exports.version = 0;
exports.Logger = Logger;
exports.setLevel = (level) => {
  floor = level;
};
exports.setFlushOn = () => {};
exports.createRotatingLogger = async (name, file) => new Logger('rotating', name, file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger('rotating_async', name, file);
