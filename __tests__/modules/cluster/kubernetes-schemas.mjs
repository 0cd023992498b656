/**
 * Validates manifests against the schemas of the Kubernetes API and of the Flux and Argo CD resources.
 * Reads a JSON array of objects, writes a JSON array with the violations of each. A program of its
 * own, because the schemas are ES modules, which Jest loads only behind a flag.
 */
import { readFileSync } from "node:fs";
import { Application } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application";
import { HelmRelease } from "@kubernetes-models/flux-cd/helm.toolkit.fluxcd.io/v2/HelmRelease";
import { GitRepository } from "@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/GitRepository";
import { HelmRepository } from "@kubernetes-models/flux-cd/source.toolkit.fluxcd.io/v1/HelmRepository";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";
import { ClusterRole } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRole";
import { ClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/ClusterRoleBinding";
import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Pod } from "kubernetes-models/v1/Pod";
import { ServiceAccount } from "kubernetes-models/v1/ServiceAccount";

const models = [
  Application,
  ClusterRole,
  ClusterRoleBinding,
  CronJob,
  GitRepository,
  HelmRelease,
  HelmRepository,
  Job,
  Namespace,
  Pod,
  Role,
  RoleBinding,
  ServiceAccount,
];
/** Members whose content no schema describes. */
const free = [/^\.spec\.values\b/, /^\.spec\.source\.helm\.valuesObject\b/];

const manifests = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(manifests.map(violations)));

function violations(manifest) {
  const Model = models.find(
    ({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind,
  );
  if (Model === undefined) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const read = new Set();
  try {
    Reflect.apply(Model.prototype.validate, recorder(manifest, "", read), []);
  } catch (error) {
    return [error.message];
  }
  return paths(manifest, "")
    .filter((path) => !read.has(path) && !free.some((pattern) => pattern.test(path)))
    .map((path) => `${path} is not in the schema`);
}

/** The object, noting each member that is read: the validators read all members that they know. */
function recorder(value, path, read) {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const below = `${path}.${String(key)}`;
      read.add(below);
      return recorder(Reflect.get(target, key), below, read);
    },
  });
}

function paths(value, path) {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    `${path}.${key}`,
    ...paths(member, `${path}.${key}`),
  ]);
}
