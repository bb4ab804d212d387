import '@xyflow/react/dist/style.css';
import type { Edge, Node, ReactFlowInstance } from '@xyflow/react';
import { Background, Controls, ReactFlow } from '@xyflow/react';
import type { CSSProperties, KeyboardEvent } from 'react';
import { useMemo, useRef, useState } from 'react';
import { useTheme } from '../../frame/theme.ts';
import type { GraphNode, RunGraph } from './graph-model.ts';
import type { Point } from './layout.ts';
import { arrows, neighbour, placesOf, sizeOf } from './layout.ts';
import { AroundNodes, NodeView } from './node-view.tsx';

const nodeTypes = { part: NodeView };
/** From which width on it goes from left to right, in pixels. */
const wide = 768;
/** Smaller than this nobody could read it at once. */
const leastZoom = 0.85;

/** Of the library's own parts, in the colours of the theme. */
const colours = {
  '--xy-edge-stroke': 'var(--line-strong)',
  '--xy-background-color': 'transparent',
  '--xy-background-pattern-color': 'var(--line)',
  '--xy-controls-button-background-color': 'var(--surface)',
  '--xy-controls-button-background-color-hover': 'var(--sunken)',
  '--xy-controls-button-color': 'var(--ink)',
  '--xy-controls-button-color-hover': 'var(--ink)',
  '--xy-controls-button-border-color': 'var(--line)',
} as CSSProperties;

export interface GraphCanvasProps {
  readonly run: string;
  readonly graph: RunGraph;
  readonly onOpen: (group: string) => void;
}

type PartNode = Node<{ readonly node: GraphNode }, 'part'>;

/** The graph to be looked at, moved and gone through by arrow keys. */
export function GraphCanvas({ run, graph, onOpen }: GraphCanvasProps) {
  const theme = useTheme();
  const field = useRef<HTMLDivElement>(null);
  const flow = useRef<ReactFlowInstance<PartNode>>(undefined);
  const [direction] = useState(innerWidth < wide ? ('TB' as const) : ('LR' as const));
  const [at, setAt] = useState<string>();
  const shape = JSON.stringify([graph.nodes.map(({ id }) => id), graph.edges]);
  // What only changes its state keeps its place.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const places = useMemo(() => placesOf(graph, direction), [shape, direction]);
  const nodes = graph.nodes.map((node): PartNode => {
    const { x, y } = places.get(node.id) ?? { x: 0, y: 0 };
    const size = sizeOf(node);
    return {
      id: node.id,
      type: 'part',
      position: { x: x - size.width / 2, y: y - size.height / 2 },
      data: { node },
      ...size,
    };
  });
  const edges = graph.edges.map(({ from, to }): Edge => ({
    id: `${from} ${to}`,
    source: from,
    target: to,
    type: 'smoothstep',
    focusable: false,
  }));
  const reachable = at !== undefined && places.has(at) ? at : graph.nodes[0]?.id;

  function onKeyDown(event: KeyboardEvent): void {
    const arrow = arrows.find((each) => each === event.key);
    if (arrow === undefined || reachable === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = neighbour(places, reachable, arrow);
    if (next !== undefined) field.current?.querySelector<HTMLElement>(`[data-graph="${next}"]`)?.focus({ preventScroll: true });
  }

  function focused(id: string): void {
    setAt(id);
    const place = places.get(id);
    if (place !== undefined && !isSeen(field.current, id)) void flow.current?.setCenter(place.x, place.y, { zoom: flow.current.getZoom() });
  }

  return (
    <div
      ref={field}
      role="group"
      aria-label="Graph of the run"
      onKeyDown={onKeyDown}
      style={{ height: `clamp(20rem, ${extentOf(places)}px, max(24rem, 100dvh - 15rem))` }}
      className="overflow-hidden rounded-lg border border-line bg-sunken"
    >
      <AroundNodes value={{ run, reachable, onFocus: focused, onOpen, direction }}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          colorMode={theme}
          style={colours}
          onInit={(instance) => (flow.current = instance)}
          fitView
          fitViewOptions={{ minZoom: leastZoom, maxZoom: 1, padding: 0.08 }}
          minZoom={0.2}
          maxZoom={1.5}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements={false}
          deleteKeyCode={null}
          proOptions={{ hideAttribution: true }}
        >
          <Background gap={24} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </AroundNodes>
    </div>
  );
}

/** How high a field shows all of it at once, in pixels, with room around. */
function extentOf(places: ReadonlyMap<string, Point>): number {
  return Math.max(...Array.from(places.values(), ({ y }) => y)) + 200;
}

/** Whether a node lies within what is seen of the graph. */
function isSeen(field: HTMLElement | null, id: string): boolean {
  const node = field?.querySelector(`[data-graph="${id}"]`)?.getBoundingClientRect();
  const frame = field?.getBoundingClientRect();
  if (node === undefined || frame === undefined) return true;
  return node.left >= frame.left && node.right <= frame.right && node.top >= frame.top && node.bottom <= frame.bottom;
}
