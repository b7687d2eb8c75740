"""What macOS asks for: Info.plist, entitlements, the .icns, the image, signing."""
