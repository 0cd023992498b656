import { App } from "cdktf";
import { IrsaStack } from "./stacks/irsa-stack";

const app = new App();
new IrsaStack(app, "irsa");
app.synth();
