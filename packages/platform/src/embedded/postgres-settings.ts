import { statfsSync } from "node:fs";

const mebibyte = 2 ** 20;

/** Command-line settings for a small machine that runs the whole product. */
export function serverSettings(options: {
  readonly port: number;
  readonly durable: boolean;
  readonly memoryBytes: number;
}): string[] {
  // An eighth of the memory, up to what holds the work of millions of entries with its keys. Only what is used is taken.
  const sharedMb = Math.max(64, Math.min(4096, Math.floor(options.memoryBytes / mebibyte / 8)));
  const settings = {
    port: options.port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: `${sharedMb}MB`,
    effective_cache_size: `${sharedMb * 4}MB`,
    work_mem: "16MB",
    maintenance_work_mem: "128MB",
    random_page_cost: 1.1,
    // A month of millions of entries between two checkpoints: after each, every page that is touched is logged whole. Disk is
    // taken only while that much is written.
    max_wal_size: "8GB",
    checkpoint_completion_target: 0.5,
    checkpoint_timeout: "15min",
    dynamic_shared_memory_type: sharedMemoryIsSmall() ? "mmap" : "posix",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] %q%u@%d ",
    cluster_name: "plumbline",
    ...(options.durable
      ? {}
      : { fsync: "off", synchronous_commit: "off", full_page_writes: "off", wal_level: "minimal", max_wal_senders: 0 }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Containers often get 64 MB of /dev/shm, which parallel queries overrun. */
function sharedMemoryIsSmall(): boolean {
  try {
    const { bsize, blocks } = statfsSync("/dev/shm");
    return bsize * blocks < 512 * mebibyte;
  } catch {
    return process.platform === "linux"; // No /dev/shm at all.
  }
}
