# Machines in Azure that boot Talos and wait for a configuration: nothing secret is in their custom data.

variable "resource_group_name" {
  type        = string
  description = "The resource group of the machines."
}

variable "location" {
  type        = string
  description = "The region of the machines, such as westeurope."
}

variable "subnet_id" {
  type        = string
  description = "The subnet of the machines; a NAT gateway takes their traffic out, and Terraform reaches port 50000 there."
}

variable "ssh_public_key_file" {
  type        = string
  description = "A public key that Azure wants for a Linux machine; Talos has no SSH."
}

provider "azurerm" {
  features {}
}

resource "azurerm_network_interface" "worker" {
  for_each            = local.workers
  name                = each.key
  resource_group_name = var.resource_group_name
  location            = var.location

  ip_configuration {
    name                          = "internal"
    subnet_id                     = var.subnet_id
    private_ip_address_allocation = "Static"
    private_ip_address            = each.value
  }
}

resource "azurerm_linux_virtual_machine" "worker" {
  for_each              = local.workers
  name                  = each.key
  resource_group_name   = var.resource_group_name
  location              = var.location
  size                  = "Standard_D2s_v5"
  network_interface_ids = [azurerm_network_interface.worker[each.key].id]
  source_image_id       = "/communityGalleries/siderolabs-c4d707c0-343e-42de-b597-276e4f7a5b0b/images/talos-x64/versions/1.13.2"
  admin_username        = "talos"

  admin_ssh_key {
    username   = "talos"
    public_key = file(var.ssh_public_key_file)
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
    disk_size_gb         = 100
  }

  # talosctl upgrades a machine; an image of another version would replace it.
  lifecycle {
    ignore_changes = [source_image_id]
  }
}
