// Notices of the packages that a bundle contains, as their licenses require in every copy.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The notices of a bundle's packages: name, version, license, where the source is, and the text of the
 * license, once for packages that share it.
 *
 * @param metafile esbuild's
 * @param root the directory that the paths in the metafile start at
 * @throws {Error} a package has no text of its license
 */
export function formatNotices(metafile, root) {
  const packages = packageDirectories(metafile).map((directory) => describe(join(root, directory)));
  const texts = new Map();
  for (const each of packages) {
    const text =
      each.text ??
      packages.find((other) => sharesText(each, other))?.text ??
      mitText(each, packages);
    if (text === undefined) throw new Error(`${each.title} has no text of its license`);
    const titles = texts.get(text) ?? new Set();
    texts.set(text, titles.add(each.title));
  }
  return [...texts].map(([text, titles]) => `${[...titles].join("\n")}\n\n${text}\n`).join(rule);
}

const rule = `\n${"-".repeat(80)}\n\n`;

/** The packages whose code is in the output, not only looked at. */
function packageDirectories({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const directories = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(directories)].sort(byPackageName);
}

function byPackageName(one, other) {
  const name = (directory) => directory.slice(directory.lastIndexOf("node_modules/"));
  return name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : one < other ? -1 : 1;
}

function describe(directory) {
  const { name, version, license, author, repository } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  const source = (repository?.url ?? repository ?? "")
    .replace(/^git\+|\.git$/g, "")
    .replace(/^git:/, "https:")
    .replace(/^github:/, "https://github.com/")
    .replace(/^(?=[\w-]+\/[\w.-]+$)/, "https://github.com/");
  return {
    license,
    source,
    author: author?.name ?? author,
    title: [`${name} ${version} (${license})`, source].filter(Boolean).join(", "),
    text: licenseText(directory),
  };
}

/** The files of the license, or what the README says of it; undefined if there is neither. */
function licenseText(directory) {
  const files = readdirSync(directory);
  const texts = files
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(directory, file), "utf8").replaceAll("\r", "").trim());
  if (texts.length > 0) return texts.join("\n\n");
  const readme = files.find((file) => /^readme/i.test(file));
  if (readme === undefined) return undefined;
  const section = /^#+ *licen[cs]e\n+(.*?)\s*(?=^#|^\[|(?![^]))/ims;
  return section.exec(readFileSync(join(directory, readme), "utf8"))?.[1];
}

/**
 * Whether a package without a text has that of another: MPL-2.0 names no project, and packages of one
 * repository have one license.
 */
function sharesText({ license, source }, other) {
  return (
    other.text !== undefined &&
    license === other.license &&
    (license === "MPL-2.0" || (source !== "" && source === other.source))
  );
}

/** The terms of the MIT license, as other packages have them, under the author's name. */
function mitText({ license, author }, packages) {
  if (license !== "MIT" || author === undefined) return undefined;
  const terms = /^Permission is hereby granted, free of charge.*/ms;
  const text = packages.find((other) => other.license === "MIT" && terms.test(other.text))?.text;
  return text && `MIT License\n\nCopyright (c) ${author}\n\n${terms.exec(text)[0]}`;
}
