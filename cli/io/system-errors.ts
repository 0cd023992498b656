const reasons = new Map([
  ["EACCES", "permission denied"],
  ["EAGAIN", "nothing can be read from it now"],
  ["EEXIST", "it exists already"],
  ["EINVAL", "it is not a file or directory that can be used here"],
  ["EISDIR", "it is a directory"],
  ["ELOOP", "its symbolic links form a loop"],
  ["EMFILE", "too many files are open"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENOENT", "it does not exist"],
  ["ENOSPC", "no space is left on the device"],
  ["ENOTDIR", "a part of its path is not a directory"],
  ["EPERM", "operation not permitted"],
  ["EPIPE", "its reader is gone"],
  ["EROFS", "the file system is read-only"],
]);

/** Why the system refused a call, in words; the system's own code where there are none. */
export function systemReason(error: unknown): string {
  const { code = "unknown error" } = error as NodeJS.ErrnoException;
  return reasons.get(code) ?? code;
}
