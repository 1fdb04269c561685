import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

export interface Column<Row> {
  readonly key: string;
  readonly header: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "start" | "end";
  /** Hidden below the tablet width; the card keeps what matters. */
  readonly wideOnly?: boolean;
  readonly sortable?: boolean;
}

export interface Sort {
  readonly key: string;
  readonly direction: "ascending" | "descending";
}

export interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly isSelected?: (row: Row) => boolean;
}

/** A real table. Loading, empty and failed are the caller's: `SkeletonList`, `EmptyState`, `ErrorState`. */
export function DataTable<Row>({ caption, columns, rows, rowKey, sort, onSort, isSelected }: DataTableProps<Row>) {
  return (
    <div className="overflow-x-auto rounded-l border border-line bg-surface shadow-s">
      <table className="w-full border-collapse text-s">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line bg-sunken text-start text-ink-muted">
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              aria-selected={isSelected?.(row)}
              className="border-b border-line last:border-0 hover:bg-primary-soft/50 aria-selected:bg-primary-soft"
            >
              {columns.map((column) => (
                <td key={column.key} className={cn("px-4 py-3 align-middle", cellLook(column))}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function cellLook<Row>(column: Column<Row>): string {
  return cn(column.align === "end" ? "text-end tabular" : "text-start", column.wideOnly && "max-md:hidden");
}

function HeaderCell<Row>({ column, sort, onSort }: {
  readonly column: Column<Row>;
  readonly sort: Sort | undefined;
  readonly onSort: ((sort: Sort) => void) | undefined;
}) {
  const direction = sort?.key === column.key ? sort.direction : undefined;
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  const next = direction === "ascending" ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={direction} className={cn("px-4 py-2.5 font-semibold", cellLook(column))}>
      {column.sortable && onSort ? (
        <button
          type="button"
          className="inline-flex min-h-target items-center gap-1 rounded-s hover:text-ink"
          onClick={() => onSort({ key: column.key, direction: next })}
        >
          {column.header}
          <Arrow aria-hidden className={cn("size-3.5", !direction && "opacity-0")} />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
