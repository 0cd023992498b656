/** Sets the clock that `Date` reads, and no timer; `jest.useRealTimers()` sets it right again. */
export function setClock(now: Date | number): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      ...(["hrtime", "nextTick", "performance", "queueMicrotask"] as const),
      ...(["setImmediate", "clearImmediate", "setInterval", "clearInterval"] as const),
      ...(["setTimeout", "clearTimeout"] as const),
    ],
  });
}
