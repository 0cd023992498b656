cd values

helm upgrade --install cert-manager cert-manager \
  --repo https://charts.jetstack.io \
  --version v1.21.1 \
  --namespace cert-manager --create-namespace \
  --values cert-manager-values.yaml \
  --wait

helm upgrade --install amazon-eks-pod-identity-webhook amazon-eks-pod-identity-webhook \
  --repo https://jkroepke.github.io/helm-charts \
  --version 2.6.5 \
  --namespace pod-identity-webhook --create-namespace \
  --values amazon-eks-pod-identity-webhook-values.yaml \
  --wait
