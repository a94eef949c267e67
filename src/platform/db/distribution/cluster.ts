/** The state of our tables on a Citus coordinator, before or after they are distributed. */
export interface Cluster {
  /** Tables that Citus manages. All others are local tables of the coordinator. */
  placed: ReadonlyMap<string, Place>;
  /** Foreign keys between our tables. */
  foreignKeys: readonly ForeignKey[];
  /** Tables with rows on the coordinator itself: not yet distributed, or a copy that distributing has left. */
  filled: ReadonlySet<string>;
  /** The database's name, as SQL. */
  database: string;
  /** Whether the role that Usher connects as has a lock time-out on every node. */
  hasLockTimeout: boolean;
}

/** The distribution column of a table; null for a reference table. `other`: neither. */
export type Place = { column: string | null } | 'other';

export interface ForeignKey {
  name: string;
  table: string;
  references: string;
  /** As ALTER TABLE ... ADD CONSTRAINT takes it. */
  definition: string;
}
