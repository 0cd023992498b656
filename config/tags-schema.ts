import { z } from "zod";
import { maxTags, stringSchema, tagKeyRules, tagValueRules } from "../modules/validation";

/** Tags of AWS resources, by key. */
export function tagsSchema(description: string) {
  return z
    .record(
      z.string().meta(stringSchema(tagKeyRules)),
      z.string().meta(stringSchema(tagValueRules)),
    )
    .optional()
    .meta({ description, maxProperties: maxTags });
}
