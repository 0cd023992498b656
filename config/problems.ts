import { formatValue } from "../modules/validation";
import type { Problem } from "./config-error";
import type { ShapeProblem } from "./shape";
import type { Path, YamlSource } from "./yaml-source";

/** Tells what is wrong; paths begin where it was made for. */
export interface Tell {
  /** The value is of no use: what follows from that is not told. */
  atFault(path: Path, ...messages: readonly string[]): void;
  /** The value breaks rules. */
  broken(path: Path, ...messages: readonly string[]): void;
  /** Whether something at a place, around it or in it is of no use. */
  isAtFault(path: Path): boolean;
}

/** What is wrong with a file, except for what only follows from something else. */
export class Problems {
  readonly all: Problem[] = [];
  private readonly told = new Set<string>();
  private readonly faults = new Set<string>();
  private readonly aroundFaults = new Set<string>();

  constructor(
    private readonly source: YamlSource,
    shape: readonly ShapeProblem[],
  ) {
    for (const { path, message, atKey } of shape) {
      const place = atKey ? source.locateKey(path) : source.locate(path);
      this.all.push({ ...place, path: pathText(path), message });
      this.mark(path);
    }
  }

  /** @param root what paths begin with */
  within(...root: Path): Tell {
    return {
      atFault: (path, ...messages) => {
        this.add([...root, ...path], messages);
        if (messages.length > 0) this.mark([...root, ...path]);
      },
      broken: (path, ...messages) => {
        this.add([...root, ...path], messages);
      },
      isAtFault: (path) => this.isAtFault([...root, ...path]),
    };
  }

  private add(path: Path, messages: readonly string[]): void {
    if (this.isAtFault(path)) return;
    const place = { ...this.source.locate(path), path: pathText(path) };
    for (const message of messages) {
      const text = `${place.path} ${message}`;
      if (!this.told.has(text)) this.all.push({ ...place, message });
      this.told.add(text);
    }
  }

  private isAtFault(path: Path): boolean {
    return (
      this.aroundFaults.has(pathText(path)) ||
      path.some((_, last) => this.faults.has(pathText(path.slice(0, last + 1))))
    );
  }

  private mark(path: Path): void {
    this.faults.add(pathText(path));
    // About a whole cluster, or the file, there is more to tell.
    for (let length = path.length; length > 2; length--) {
      this.aroundFaults.add(pathText(path.slice(0, length)));
    }
  }
}

function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = isPresentable(part) ? part : `(${formatValue(part)})`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

/** Whether a name is short and cannot be key material. */
function isPresentable(name: string): boolean {
  return name.length <= 80 && !/KEY-----|[A-Za-z0-9+/]{60}/.test(name);
}
