export { removeRunDirectory as default } from "../../sandbox/directory";
