import type { PlacedAnchor } from '@edict/journal';
import { findDeployment, openAnchorFile, type StoreConnection, storePaths, streamAnchors } from '@edict/nats';

/** The anchors in NATS, and those of files that are about the same deployment. */
export const readAnchors = async (
  store: StoreConnection,
  folders: readonly string[],
): Promise<readonly PlacedAnchor[]> => {
  const id = (await findDeployment(store))?.id;
  const files = folders
    .map((folder) => openAnchorFile(storePaths(folder).anchors))
    .filter((file) => id !== undefined && file.deployment() === id)
    .map(({ anchors }) => anchors);
  const found = await Promise.all(
    [streamAnchors(store), ...files].map(async ({ place, all }) =>
      (await all()).map((anchor) => ({ ...anchor, place })),
    ),
  );
  return found.flat();
};
