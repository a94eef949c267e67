/** What a coordinator knows of our tables before they are distributed, or afterwards. */
export interface Cluster {
  /** Tables that Citus knows; any other is an ordinary one of the coordinator. */
  placed: ReadonlyMap<string, Place>;
  /** Those among our tables. */
  foreignKeys: readonly ForeignKey[];
  /** Tables with rows in the coordinator's own file: not yet distributed, or left there by distributing. */
  filled: ReadonlySet<string>;
  /** The database's name, as SQL. */
  database: string;
  /** Whether the role that Usher connects as has its lock time-out on every machine. */
  hasLockTimeout: boolean;
}

/** The column that a table is spread by; null: it is whole on every machine. `other`: neither. */
export type Place = { column: string | null } | 'other';

export interface ForeignKey {
  name: string;
  table: string;
  references: string;
  /** As ALTER TABLE ... ADD CONSTRAINT takes it. */
  definition: string;
}
