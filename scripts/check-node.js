// Plain JavaScript, so that every Node can run it far enough to say what is wrong.
const MINIMUM = [22, 18];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
  process.stderr.write(
    `Node ${MINIMUM.join(".")} or newer is needed to work in this repository (got ${process.versions.node}); ` +
      'install one, or let "npm install" fetch the pinned one (Linux and Windows: do not omit optional dependencies). ' +
      "The packages themselves run from Node 22.15.\n",
  );
  process.exit(1);
}
