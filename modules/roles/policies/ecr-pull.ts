import { definePolicy } from "./define-policy";
import { flag, requiredArns } from "./options";

/** Pulling images from private repositories: Flux, Kyverno, Argo CD Image Updater, credential helpers. */
export const ecrPull = definePolicy({
  name: "ecr-pull",
  summary: "Amazon ECR: pulling images and charts, for Flux, Kyverno and the like.",
  serviceAccounts: [
    "flux-system/source-controller",
    "flux-system/image-reflector-controller",
    "kyverno/kyverno-admission-controller",
  ],
  covers: "pulling from the repositories named, and a token for the registry",
  sources: [
    {
      repository: "docs.aws.amazon.com",
      path: "aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html",
      version: "latest",
    },
    {
      repository: "fluxcd/website",
      path: "content/en/flux/integrations/aws.md",
      version: "6da0f383",
    },
  ],
  options: {
    repositoryArns: requiredArns("repository", "Repositories to pull from, with wildcards."),
    listImages: flag("List the tags of images, as Flux' image automation does."),
    pullThroughCache: flag("Fill a pull-through cache: repositories are made as they are needed."),
  },
  statements: ({ repositoryArns, listImages = false, pullThroughCache = false }) => [
    { sid: "LogIn", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      sid: "Pull",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        ...(listImages ? ["ecr:DescribeImages", "ecr:ListImages"] : []),
        ...(pullThroughCache ? ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"] : []),
      ],
      resources: repositoryArns,
    },
  ],
});
