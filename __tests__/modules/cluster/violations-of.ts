import { ClusterConfigError } from "../../../modules/cluster";

/** The violations that a call is refused with; none when it is not refused. */
export async function violationsOf(call: () => unknown): Promise<readonly string[]> {
  try {
    await call();
    return [];
  } catch (error) {
    if (!(error instanceof ClusterConfigError)) throw error;
    expect(error.code).toBe("ERR_CLUSTER_CONFIG");
    expect(error.message).toBe(error.violations.join("\n"));
    return error.violations;
  }
}
