import { Token } from "cdktf";
import { isTokenLike } from "../../../modules/validation";

test.each([
  ["a string", Token.asString({ resolve: () => "x" })],
  ["a string within another", `a${Token.asString({ resolve: () => "x" })}b`],
  ["the entry of a list", Token.asList({ resolve: () => ["x"] })[0] ?? ""],
  ["the key of a map", Object.keys(Token.asStringMap({ resolve: () => ({}) }))[0] ?? ""],
  ["a number", Token.asNumber({ resolve: () => 1 })],
  ["the entry of a list of numbers", Token.asNumberList({ resolve: () => [1] })[0] ?? 0],
  ["a number as a string", String(Token.asNumber({ resolve: () => 1 }))],
  ["a number within a string", `a ${Token.asNumber({ resolve: () => 1 })} b`],
  ["a token that is made by hand", "${TfToken[TOKEN.0]}"],
])("%s that CDKTF takes for a token", (_, value) => {
  expect(isTokenLike(value)).toBe(true);
});

test.each(["", "TfToken[1]", "${file(1)}", "a-1.8e289b", "-1e308", "x-5e123", 0, -1, 1e308, NaN])(
  "%j is an ordinary value",
  (value) => {
    expect(isTokenLike(value)).toBe(false);
  },
);
