import type { Host } from "./host";

const delayMilliseconds = 1000;

/**
 * Does work, and says on a terminal's standard error what it is when it takes over a second. The line is
 * gone when the work is done.
 *
 * @param work may say what it is at by then
 */
export async function withProgress<T>(
  text: string,
  { io: { env, stderr } }: Host,
  work: (say: (text: string) => void) => Promise<T>,
): Promise<T> {
  if (stderr.isTTY !== true || env.TERM === "dumb") return work(() => undefined);
  const shown = { line: text, isVisible: false };
  const show = () => {
    shown.isVisible = true;
    stderr.write(`\r\u001b[K${shown.line} …`);
  };
  const timer = setTimeout(show, delayMilliseconds);
  try {
    return await work((now) => {
      shown.line = now;
      if (shown.isVisible) show();
    });
  } finally {
    clearTimeout(timer);
    if (shown.isVisible) stderr.write("\r\u001b[K");
  }
}
