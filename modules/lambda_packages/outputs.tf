output "packages" {
  description = "Path of the zip and hash of its sources by function; the zips exist when this is known to be applied."
  value = {
    for name, hash in local.hashes : name => {
      path        = "${var.repository}/build/lambda/${name}-${substr(hash, 0, 12)}.zip"
      source_hash = hash
    }
  }

  depends_on = [terraform_data.zips]
}
