// Checks the Markdown: `npm run lint`. Formatting is prettier's.
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import noDuplicateHeadings from "remark-lint-no-duplicate-headings-in-section";
import remarkValidateLinks from "remark-validate-links";

/** A table without its header is a paragraph; a row of another length loses cells or has empty ones. */
function wellFormedTables() {
  return (tree, file) => {
    for (const node of tree.children) {
      if (node.type === "paragraph" && toString(node).startsWith("|")) {
        file.message("A table needs a header row and a delimiter row", node);
      }
      if (node.type !== "table") continue;
      const [header, ...rows] = node.children;
      for (const row of rows.filter(({ children }) => children.length !== header.children.length)) {
        file.message(`A row needs ${header.children.length} cells, as the header has`, row);
      }
    }
  };
}

export default {
  plugins: [
    remarkGfm,
    wellFormedTables,
    [noDuplicateHeadings, ["error"]],
    [remarkValidateLinks, { repository: false }],
  ],
};
