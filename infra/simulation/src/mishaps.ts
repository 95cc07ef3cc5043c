import type { Member } from './member.ts';
import type { Network } from './network.ts';
import type { Store } from './store.ts';
import { NO_TROUBLES, type Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** What befalls machines and the broker. */
export interface Mishaps {
  /** Lets things go wrong from now until the moment comes. */
  begin(until: number): void;
  /** Ends all of it: every machine runs, every clock is right, every message arrives. */
  end(): void;
}

export interface Deployment {
  readonly world: World;
  readonly members: readonly Member[];
  readonly network: Network;
  readonly store: Store;
}

/** A deployment to which things happen until it is over. */
interface Scene extends Deployment {
  /** Lets something happen later, unless it is over by then. */
  later(ms: number, run: () => void): void;
}

export const createMishaps = (deployment: Deployment, troubles: Troubles): Mishaps => {
  const { world, members, network, store } = deployment;
  let over = false;
  const scene: Scene = {
    ...deployment,
    later: (ms, run) => {
      world.after(ms, () => {
        if (!over) run();
      });
    },
  };
  const again = (meanMs: number, until: number, happen: (scene: Scene) => void): void => {
    if (!Number.isFinite(meanMs)) return;
    scene.later(-Math.log(1 - world.random.next()) * meanMs, () => {
      if (world.now() >= until) return;
      happen(scene);
      again(meanMs, until, happen);
    });
  };
  return {
    begin: (until) => {
      network.setTroubles(troubles);
      store.setTroubles(troubles);
      again(troubles.crashEvery, until, crash);
      again(troubles.pauseEvery, until, pause);
      again(troubles.clockEvery, until, shiftClock);
      again(troubles.outageEvery, until, outage);
      again(troubles.spoilEvery, until, () => store.spoil());
    },
    end: () => {
      over = true;
      world.tell('world', () => 'everything works from now on');
      network.setTroubles(NO_TROUBLES);
      store.setTroubles(NO_TROUBLES);
      setBroker(deployment, true);
      for (const member of members) {
        member.machine.resume();
        member.machine.setClockRight();
        // One that is about to stop takes nothing any more.
        if (member.isStopping()) kill(member, scene);
        bootIfDown(member);
      }
    },
  };
};

/** Kills one machine, or all at once; sometimes one is asked to stop first. */
const crash = (scene: Scene): void => {
  const { random } = scene.world;
  const all = random.chance(0.15);
  const member = random.pick(scene.members);
  if (!all && random.chance(0.25)) {
    member.stop();
    scene.later(random.int(10, 800), () => kill(member, scene));
  } else for (const each of all ? scene.members : [member]) kill(each, scene);
};

const kill = (member: Member, { world, network, later }: Scene): void => {
  const { machine } = member;
  if (!machine.isUp()) return;
  world.tell(machine.name, () => 'is killed');
  machine.kill();
  network.cut(machine);
  later(world.random.int(50, 4_000), () => bootIfDown(member));
};

const bootIfDown = (member: Member): void => {
  if (!member.machine.isUp()) member.boot();
};

/** Stops a process as SIGSTOP does, often for longer than its membership lasts; then it goes on. */
const pause = ({ world, members, later }: Scene): void => {
  const { machine } = world.random.pick(members);
  if (!machine.isUp() || machine.isPaused()) return;
  const ms = world.random.int(300, 6_000);
  world.tell(machine.name, () => `is stopped for ${ms} ms`);
  machine.pause();
  later(ms, () => {
    if (machine.isPaused()) world.tell(machine.name, () => 'goes on');
    machine.resume();
  });
};

const shiftClock = ({ world, members }: Scene): void => {
  const { machine } = world.random.pick(members);
  const ms = world.random.int(-2_000, 1_000);
  world.tell(machine.name, () => `its clock jumps by ${ms} ms`);
  machine.shiftClock(ms);
};

const outage = (scene: Scene): void => {
  setBroker(scene, false);
  scene.later(scene.world.random.int(100, 3_000), () => setBroker(scene, true));
};

const setBroker = ({ world, network, store }: Deployment, up: boolean): void => {
  world.tell('broker', () => (up ? 'is there' : 'is gone'));
  network.setUp(up);
  store.setUp(up);
};
