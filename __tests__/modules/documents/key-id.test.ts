import { computeKeyId } from "../../../modules/documents";
import { unpem } from "../../fixtures/encoding";
import { keyVectors } from "../../fixtures/key-vectors";

describe("the kid is the one that Kubernetes computes", () => {
  test.each(keyVectors)("$kid of $source", ({ public_key_pem, kid }) => {
    expect(computeKeyId(unpem(public_key_pem))).toBe(kid);
  });
});
