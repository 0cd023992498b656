#!/usr/bin/env node
import { processIo } from "./io/io";
import { portionArgument } from "./portions/message";
import { createProgram } from "./program";

const [first, ...rest] = process.argv.slice(2);

if (first === portionArgument && process.send !== undefined) {
  void import("./portions/worker.ts").then(({ serve }) => {
    serve();
  });
} else {
  void createProgram(processIo())
    .run(first === undefined ? [] : [first, ...rest])
    .then((code) => {
      process.exitCode = code;
    });
}
