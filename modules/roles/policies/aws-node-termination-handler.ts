import { definePolicy } from "./define-policy";
import { requiredArns } from "./options";

/** AWS Node Termination Handler as a queue processor; the processor of instance metadata needs no role. */
export const awsNodeTerminationHandler = definePolicy({
  name: "aws-node-termination-handler",
  summary: "AWS Node Termination Handler: events of instances from an SQS queue.",
  serviceAccounts: ["kube-system/aws-node-termination-handler"],
  covers:
    "messages of the queues named, and letting any Auto Scaling group go on with a termination",
  sources: [
    {
      repository: "aws/aws-node-termination-handler",
      path: "README.md",
      version: "62a8761d",
    },
  ],
  options: { queueArns: requiredArns("queue", "Queues that events are sent to.") },
  statements: ({ queueArns }) => [
    {
      sid: "ReadEvents",
      actions: ["sqs:DeleteMessage", "sqs:ReceiveMessage"],
      resources: queueArns,
    },
    {
      sid: "FollowInstances",
      actions: [
        "autoscaling:CompleteLifecycleAction",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeTags",
        "ec2:DescribeInstances",
      ],
      resources: ["*"],
    },
  ],
});
