import { Link } from '@tanstack/react-router';
import type { NodeProps } from '@xyflow/react';
import { Handle, Position } from '@xyflow/react';
import { ChevronsRight, Layers, Trophy } from 'lucide-react';
import { createContext, use } from 'react';
import { classes } from '../../ui/classes.ts';
import { State } from '../../ui/state.tsx';
import { toneText } from '../../ui/tones.ts';
import { usd } from '../../words/money.ts';
import { shown } from '../../words/states.ts';
import { worldColour } from '../../words/worlds.ts';
import type { GraphNode } from './graph-model.ts';
import { sizeOf } from './layout.ts';

/** What nodes are given beside their own data. */
export interface Around {
  readonly run: string;
  /** Id of the node that the tab key stops at. */
  readonly reachable: string | undefined;
  readonly onFocus: (id: string) => void;
  readonly onOpen: (id: string) => void;
  readonly direction: 'LR' | 'TB';
}

export const AroundNodes = createContext<Around | undefined>(undefined);

const box = 'flex h-full w-full cursor-pointer flex-col gap-1 rounded-lg border bg-surface p-2.5 text-left shadow-card hover:border-accent';

/** A part of the run: where it stands, its worlds and what it cost; it leads to where more is told of it. */
export function NodeView({ data: { node } }: NodeProps & { readonly data: { readonly node: GraphNode } }) {
  const around = use(AroundNodes);
  if (around === undefined) throw new Error('A node is shown outside of its graph.');
  const { run, reachable, onFocus, onOpen, direction } = around;
  const common = {
    'data-graph': node.id,
    tabIndex: node.id === reachable ? 0 : -1,
    onFocus: () => onFocus(node.id),
    className: classes(box, node.isCritical ? 'border-accent' : 'border-line'),
  };
  return (
    <div style={sizeOf(node)}>
      <Handle type="target" position={direction === 'LR' ? Position.Left : Position.Top} isConnectable={false} className="opacity-0" />
      {node.kind === 'group' ? (
        <button type="button" {...common} onClick={() => onOpen(node.id)}>
          <Inner node={node} />
        </button>
      ) : (
        <Link to="/runs/$run" params={{ run }} search={node.task === undefined ? {} : { task: node.task }} {...common}>
          <Inner node={node} />
        </Link>
      )}
      <Handle type="source" position={direction === 'LR' ? Position.Right : Position.Bottom} isConnectable={false} className="opacity-0" />
    </div>
  );
}

function Inner({ node }: { readonly node: GraphNode }) {
  return (
    <>
      <span className="flex items-center justify-between gap-2">
        <State state={node.state} quiet />
        <span className="tabular inline-flex items-center gap-1 text-[13px] text-muted">
          {node.isCritical ? (
            <>
              <ChevronsRight aria-hidden size={14} className="text-accent" />
              <span className="sr-only">on the longest chain,</span>
            </>
          ) : undefined}
          {node.kind === 'phase' ? undefined : node.kind === 'group' ? `${node.of} tasks` : node.id}
        </span>
      </span>
      <span className="line-clamp-2 leading-5 font-medium wrap-anywhere">{node.title}</span>
      <span className="mt-auto flex items-center justify-between gap-2 text-[13px]">
        {node.kind === 'group' ? (
          <span className="inline-flex items-center gap-1 text-accent">
            <Layers aria-hidden size={14} /> show them
          </span>
        ) : (
          <Worlds node={node} />
        )}
        <span className="tabular text-muted">{node.costUsd === 0 ? '' : usd(node.costUsd)}</span>
      </span>
    </>
  );
}

function Worlds({ node: { worlds, minutes, state } }: { readonly node: GraphNode }) {
  if (worlds.length === 0)
    return <span className="text-muted">{minutes === null || state !== 'pending' ? '' : `about ${minutes} min`}</span>;
  return (
    <span className="inline-flex items-center gap-1">
      {worlds.map(({ world, status, isWinner }) => {
        const { icon: Icon, tone } = shown(status);
        return (
          <span
            key={world}
            title={`${world}: ${isWinner ? 'winner' : shown(status).word}`}
            className="inline-flex size-5 items-center justify-center rounded-full border-2"
            style={{ borderColor: worldColour(world) }}
          >
            {isWinner ? <Trophy aria-hidden size={11} className="text-gold" /> : <Icon aria-hidden size={11} className={toneText[tone]} />}
            <span className="sr-only">
              {world} {isWinner ? 'won' : shown(status).word},
            </span>
          </span>
        );
      })}
    </span>
  );
}
