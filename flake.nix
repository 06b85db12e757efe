# Only the syntax of this file is checked in this repository.
{
  description = "A quality-gate runner for git: fails closed, on exactly the tree being committed";

  inputs.nixpkgs.url = "nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEach = nixpkgs.lib.genAttrs systems;
      manifest = (nixpkgs.lib.importTOML ./Cargo.toml).package;
    in
    {
      packages = forEach (system: {
        default = nixpkgs.legacyPackages.${system}.rustPlatform.buildRustPackage {
          pname = manifest.name;
          inherit (manifest) version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          # The tests need namespaces and several versions of git: cargo test runs them outside of Nix.
          doCheck = false;
          meta.mainProgram = "gatekeeper";
        };
      });
      apps = forEach (system: {
        default = {
          type = "app";
          program = "${self.packages.${system}.default}/bin/gatekeeper";
        };
      });
    };
}
