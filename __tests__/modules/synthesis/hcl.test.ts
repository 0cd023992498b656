import { DefaultTokenResolver, StringConcat, TerraformElement, Tokenization } from "cdktf";
import { nestedBlocks, toHclFiles } from "../../../modules/synthesis";
import { IrsaStack } from "../../../stacks/irsa-stack";
import { appInTemporaryDirectory } from "../../support/synthesize";

const resource = (body: object) => toHclFiles({ resource: { aws_thing: { one: body } } }).main;

test("ephemeral resources, and what became of others, are blocks of their own", () => {
  const { main } = toHclFiles({
    ephemeral: { tls_private_key: { key: { algorithm: "RSA" } } },
    moved: [{ from: 'terraform_data.keys["a"]', to: 'terraform_data.keys["b"]' }],
    removed: [{ from: "tls_private_key.key", lifecycle: { destroy: false } }],
  });
  expect(main).toBe(`ephemeral "tls_private_key" "key" {
  algorithm = "RSA"
}

moved {
  from = terraform_data.keys["a"]
  to   = terraform_data.keys["b"]
}

removed {
  from = tls_private_key.key

  lifecycle {
    destroy = false
  }
}
`);
});

describe("an attribute", () => {
  test.each([
    ["a string", { name: "plain" }, 'name = "plain"'],
    ["quotes and backslashes", { name: 'a "b" \\c' }, 'name = "a \\"b\\" \\\\c"'],
    ["a line break", { name: "a\nb" }, 'name = "a\\nb"'],
    ["a number, a boolean and null", { a: 1, b: false, c: null }, "a = 1\n  b = false\n  c = null"],
    ["an expression alone stands bare", { name: "${var.name}" }, "name = var.name"],
    ["an expression in a template", { name: "a-${var.b}-c" }, 'name = "a-${var.b}-c"'],
    ["two expressions", { name: "${var.a}${var.b}" }, 'name = "${var.a}${var.b}"'],
    ["an escaped template", { name: "$${aws:username}" }, 'name = "$${aws:username}"'],
    ["an escape beside a template", { n: "$${a}${var.b}" }, 'n = "$${a}${var.b}"'],
    ["quotes inside an expression", { n: '${m["a"]}-x' }, 'n = "${m["a"]}-x"'],
    ["a brace in a string inside", { n: '${f("}")}-x' }, 'n = "${f("}")}-x"'],
    ["parentheses around all of it", { n: "${(length(var.a) >= 1)}" }, "n = length(var.a) >= 1"],
    ["parentheses that mean something", { n: "${(a) || (b)}" }, "n = (a) || (b)"],
    ["an empty map and list", { a: {}, b: [] }, "a = {}\n  b = []"],
    ["a list", { names: ["a", "${var.b}"] }, 'names = ["a", var.b]'],
    ["references", { depends_on: ["a.b"] }, "depends_on = [a.b]"],
    ["a key that is no identifier", { tags: { "a/b": "c" } }, 'tags = {\n    "a/b" = "c"\n  }'],
  ])("%s", (_title, body, expected) => {
    expect(resource(body)).toBe(`resource "aws_thing" "one" {\n  ${expected}\n}\n`);
  });

  test("equals signs are aligned up to a value of several lines", () => {
    expect(resource({ a: "1", long_name: "2", tags: { b: "3" }, c: "4" })).toBe(
      `resource "aws_thing" "one" {
  a         = "1"
  long_name = "2"
  tags = {
    b = "3"
  }
  c = "4"
}
`,
    );
  });

  test("an expression too long for a line is broken at its brackets", () => {
    const call = `jsonencode({"first" = "${"a".repeat(60)}", "second" = ["${"b".repeat(40)}", var.c]})`;
    expect(resource({ content: `\${${call}}` })).toBe(
      `resource "aws_thing" "one" {
  content = jsonencode({
    first  = "${"a".repeat(60)}"
    second = ["${"b".repeat(40)}", var.c]
  })
}
`,
    );
  });

  test.each(["${f(}", '${"a}'])("an expression that does not close is an error: %s", (name) => {
    expect(() => resource({ name })).toThrow("unbalanced");
  });
});

describe("a block", () => {
  test("nests, one for each entry, meta-arguments last", () => {
    const precondition = [{ condition: "${var.a}", error_message: "A." }];
    expect(
      resource({ lifecycle: { precondition }, depends_on: ["a.b"], rule: [{ x: 1 }, { x: 2 }] }),
    ).toBe(
      `resource "aws_thing" "one" {
  depends_on = [a.b]

  rule {
    x = 1
  }

  rule {
    x = 2
  }

  lifecycle {
    precondition {
      condition     = var.a
      error_message = "A."
    }
  }
}
`,
    );
  });

  test("a variable keeps defaults that are false, empty or null, and its bare type", () => {
    const variable = {
      force: { type: "bool", default: false, nullable: false, description: "F." },
    };
    expect(toHclFiles({ variable }).variables).toBe(
      `variable "force" {
  description = "F."
  type        = bool
  default     = false
  nullable    = false
}
`,
    );
  });
});

test("the list of nested blocks is what the provider packages say of the resources in our stacks", () => {
  const stack = new IrsaStack(appInTemporaryDirectory(), "irsa");
  const found = { blocks: new Set<string>(), objects: new Set<string>() };
  const resolver = new DefaultTokenResolver(new StringConcat());
  for (const element of stack.node
    .findAll()
    .filter((e) => TerraformElement.isTerraformElement(e))) {
    const hcl: unknown = element.toHclTerraform();
    collect(Tokenization.resolve(hcl, { scope: stack, resolver, preparing: false }), found);
  }
  expect([...found.blocks].filter((name) => !nestedBlocks.has(name))).toEqual([]);
  expect([...found.objects].filter((name) => nestedBlocks.has(name))).toEqual([]);
  expect(found.blocks).toContain("rule");
  expect(found.objects).toContain("query");
});

/** CDKTF's HCL form of an argument carries its kind with its value. */
function collect(node: unknown, found: { blocks: Set<string>; objects: Set<string> }): void {
  if (typeof node !== "object" || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    const argument = child as
      { isBlock?: boolean; is_block?: boolean; value?: unknown } | undefined;
    if (typeof argument === "object" && typeof argument.value === "object") {
      const isBlock = argument.isBlock ?? argument.is_block ?? false;
      (isBlock ? found.blocks : found.objects).add(name);
    }
    collect(child, found);
  }
}
