#!/usr/bin/env node
import { processIo } from "./io/io";
import { createProgram } from "./program";

void createProgram(processIo())
  .run(process.argv.slice(2))
  .then((code) => {
    process.exitCode = code;
  });
